"use strict";
for (const group of document.querySelectorAll(".group")) {
  const videos = [...group.querySelectorAll("video")];
  const [button, slider, clock] = group.querySelector(".player").children;
  let lead = videos[0];
  let dragging = false;
  for (const video of videos) video.loop = false;

  // The longest leads and loops; the others wait at their end.
  const choose = () => {
    lead.loop = false;
    lead = videos.reduce((a, b) => ((b.duration || 0) > (a.duration || 0) ? b : a));
    lead.loop = true;
    show();
  };

  const show = () => {
    const length = lead.duration || 1;
    if (!dragging) slider.value = 1000 * lead.currentTime / length;
    clock.textContent = lead.currentTime.toFixed(1) + " s";
  };
  const seek = (time) => {
    for (const video of videos) video.currentTime = Math.min(time, video.duration || 0);
  };
  // Players drift apart by some frames a minute: the others follow the first.
  const tick = () => {
    for (const video of videos) {
      const goal = Math.min(lead.currentTime, video.duration || 0);
      if (video !== lead && Math.abs(video.currentTime - goal) > 0.08) video.currentTime = goal;
      if (!lead.paused && video.paused && goal < (video.duration || 0) - 0.08) video.play();
    }
    show();
    if (!lead.paused) requestAnimationFrame(tick);
  };

  button.addEventListener("click", () => {
    if (lead.paused) {
      Promise.all(videos.map((video) => video.play())).then(tick, show);
      button.textContent = "Pause";
    } else {
      for (const video of videos) video.pause();
      button.textContent = "Play";
    }
  });
  slider.addEventListener("input", () => {
    dragging = true;
    seek((lead.duration || 0) * slider.value / 1000);
    clock.textContent = ((lead.duration || 0) * slider.value / 1000).toFixed(1) + " s";
  });
  slider.addEventListener("change", () => {
    dragging = false;
  });
  for (const video of videos) video.addEventListener("loadedmetadata", choose);
  choose();
}
